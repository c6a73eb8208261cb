<?php
/**
 * Who is logged in as somebody else reaches none of the tool's activities; Moodle is stood in for by what lib.php asks it.
 */

declare(strict_types=1);

namespace core\session {
    class manager {
        public static bool $loggedinas = false;

        public static function is_loggedinas(): bool {
            return self::$loggedinas;
        }
    }
}

namespace core {
    class url {
        public function __construct(public string $path, public array $params = []) {
        }
    }
}

namespace {
    use core\session\manager;

    require_once(dirname(__DIR__, 2) . '/moodle_plugin_stub/local_lea/lib.php');

    class moodle_exception extends Exception {
        public function __construct(string $errorcode, string $module) {
            parent::__construct("{$module}/{$errorcode}");
        }
    }

    /** Moodle's caches: of the tool's activities, 67 in course 2; and of what a test puts into the others. */
    class cache {
        public static array $held = [];

        private function __construct(private string $area) {
        }

        public static function make(string $component, string $area): self {
            return new self($area);
        }

        public function get(int|string $key): mixed {
            if ($this->area === 'owncmids') {
                return $key === 2 ? [67] : [];
            }
            return self::$held[$this->area][$key] ?? false;
        }

        public function set(int|string $key, mixed $value): void {
            self::$held[$this->area][$key] = $value;
        }

        public function delete(int|string $key): void {
            unset(self::$held[$this->area][$key]);
        }
    }

    function get_config(string $plugin, string $name): string {
        return $name === 'typeid' ? '1' : '';
    }

    function redirect(\core\url $url): never {
        throw new RuntimeException($url->path . '?' . http_build_query($url->params));
    }

    /** Open an activity; give where Moodle was sent instead, '' for nowhere. */
    function opened(bool $loggedinas, ?array $cm, bool $preventredirect = false): string {
        manager::$loggedinas = $loggedinas;
        try {
            local_lea_after_require_login(2, true, $cm === null ? null : (object) $cm, true, $preventredirect);
        } catch (moodle_exception | RuntimeException $error) {
            return $error->getMessage();
        } finally {
            manager::$loggedinas = false;
        }
        return '';
    }

    it('sends who is logged in as somebody else from the tool\'s activities to the page that refuses', function () {
        same('/local/lea/view.php?id=2', opened(true, ['id' => '67', 'course' => '2']));
        same('local_lea/loginasrefused', opened(true, ['id' => '67', 'course' => '2'], true));
    });

    it('lets who is logged in as somebody else open everything else', function () {
        same('', opened(true, null));
        same('', opened(true, ['id' => '66', 'course' => '2']));
        same('', opened(true, ['id' => '67', 'course' => '3']));
    });

    it('lets everybody open the tool\'s activities as themselves', function () {
        same('', opened(false, ['id' => '67', 'course' => '2']));
    });
}
