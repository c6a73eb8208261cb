<?php
// Prints, as JSON, what each external function of the plugin declares: its parameters and the structure of its answer.
// Plain PHP: what stands in for Moodle here only keeps what the constructors are given.

namespace {
    define('MOODLE_INTERNAL', true);
    define('VALUE_REQUIRED', 1);
    define('VALUE_OPTIONAL', 2);
    define('VALUE_DEFAULT', 0);
    define('NULL_NOT_ALLOWED', false);
    define('NULL_ALLOWED', true);
    foreach (['INT', 'BOOL', 'TEXT', 'RAW', 'ALPHA', 'ALPHANUM', 'ALPHANUMEXT', 'ALPHAEXT', 'CAPABILITY', 'SEQUENCE', 'PLUGIN', 'COMPONENT',
        'TIMEZONE', 'NOTAGS', 'FLOAT', 'SAFEDIR', 'RAW_TRIMMED', 'USERNAME', 'HOST', 'URL'] as $name) {
        define('PARAM_' . $name, strtolower($name));
    }
}

namespace core_external {
    class external_api {
    }

    class external_value {
        public function __construct(public $type, public $desc = '', public $required = VALUE_REQUIRED, public $default = null,
            public $allownull = NULL_NOT_ALLOWED) {
        }

        public function dump(): array {
            return ['kind' => 'value', 'type' => $this->type, 'null' => (bool) $this->allownull, 'required' => $this->required];
        }
    }

    class external_single_structure {
        public function __construct(public array $keys, public $desc = '', public $required = VALUE_REQUIRED,
            public $default = null, public $allownull = NULL_NOT_ALLOWED) {
        }

        public function dump(): array {
            $keys = array_map(fn($key) => $key->dump(), $this->keys);
            return ['kind' => 'record', 'keys' => (object) $keys, 'null' => (bool) $this->allownull, 'required' => $this->required];
        }
    }

    class external_function_parameters extends external_single_structure {
    }

    class external_multiple_structure {
        public function __construct(public $content, public $desc = '', public $required = VALUE_REQUIRED,
            public $default = null, public $allownull = NULL_NOT_ALLOWED) {
        }

        public function dump(): array {
            return ['kind' => 'list', 'content' => $this->content->dump(), 'null' => (bool) $this->allownull,
                'required' => $this->required];
        }
    }
}

namespace {
    error_reporting(E_ALL);
    set_error_handler(function (int $level, string $message): never {
        throw new ErrorException($message, 0, $level);
    });
    $plugin = $argv[1];
    spl_autoload_register(function (string $class) use ($plugin): void {
        $prefix = 'local_lea\\';
        if (str_starts_with($class, $prefix)) {
            require_once($plugin . '/classes/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php');
        }
    });
    require($plugin . '/db/services.php');
    $declared = [];
    foreach ($functions as $name => $definition) {
        $class = $definition['classname'];
        $declared[$name] = [
            'parameters' => $class::execute_parameters()->dump(),
            'returns' => $class::execute_returns()->dump(),
        ];
    }
    echo json_encode($declared);
}
