<?php
/**
 * Runs the plugin's tests with plain PHP: one line a test, exit code 1 when one fails.
 *
 * A test file calls it('says what holds', function () { … }); the body throws when it does not hold.
 */

declare(strict_types=1);

set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
});

spl_autoload_register(function (string $class): void {
    $root = dirname(__DIR__, 2) . '/moodle_plugin_stub/local_lea/classes/';
    if (str_starts_with($class, 'local_lea\\')) {
        $file = $root . str_replace('\\', '/', substr($class, strlen('local_lea\\'))) . '.php';
        if (is_file($file)) {
            require_once($file);
        }
    }
});

/** Keep a test, or give all of them. */
function it(?string $name = null, ?callable $body = null): array {
    static $tests = [];
    if ($name !== null) {
        if (isset($tests[$name])) {
            throw new LogicException("Two tests are called: {$name}");
        }
        $tests[$name] = $body;
    }
    return $tests;
}

/** Hold that two values are the same, in kind and order too. */
function same(mixed $expected, mixed $actual): void {
    if ($expected !== $actual) {
        throw new RuntimeException('expected ' . json_encode($expected) . ', got ' . json_encode($actual));
    }
}

/** Hold that something is true. */
function holds(bool $statement, string $otherwise): void {
    if (!$statement) {
        throw new RuntimeException($otherwise);
    }
}

foreach (glob(__DIR__ . '/*_test.php') as $file) {
    require_once($file);
}

$failed = 0;
foreach (it() as $name => $body) {
    try {
        $body();
        echo "ok - {$name}\n";
    } catch (Throwable $error) {
        $failed++;
        $where = basename($error->getFile()) . ':' . $error->getLine();
        echo "not ok - {$name} # " . str_replace("\n", ' ', $error->getMessage()) . " ({$where})\n";
    }
}
echo 'ran ' . count(it()) . " tests, {$failed} failed\n";
exit($failed === 0 && it() ? 0 : 1);
