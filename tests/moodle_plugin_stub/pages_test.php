<?php
/**
 * "My engagement" and the start page in the user menu; Moodle is stood in for by what the plugin asks it. There is no database
 * here: what is asked on every page of Moodle must be answered without one.
 */

declare(strict_types=1);

namespace core\context {
    class system {
        public static function instance(): self {
            return new self();
        }
    }
}

namespace core_user\hook {
    class extend_user_menu {
        public array $items = [];

        public function add_navitem(\stdClass $item): void {
            $this->items[] = $item;
        }
    }
}

namespace {
    use core\session\manager;
    use core_user\hook\extend_user_menu;
    use local_lea\hook_callbacks;
    use local_lea\my_note;

    /** Who is at the screen. */
    class at_the_screen {
        public static bool $loggedin = true;
        public static bool $guest = false;
        public static array $capabilities = [];
    }

    function isloggedin(): bool {
        return at_the_screen::$loggedin;
    }

    function isguestuser(): bool {
        return at_the_screen::$guest;
    }

    function has_capability(string $capability, object $context): bool {
        return in_array($capability, at_the_screen::$capabilities, true);
    }

    function get_string(string $identifier, string $component): string {
        return "{$component}/{$identifier}";
    }

    /** Open the user menu; give its entries' addresses. */
    function menu(array $session, array $capabilities = [], bool $loggedinas = false, bool $guest = false): array {
        cache::$held = ['mycourses' => $session];
        at_the_screen::$capabilities = $capabilities;
        at_the_screen::$guest = $guest;
        manager::$loggedinas = $loggedinas;
        try {
            $hook = new extend_user_menu();
            hook_callbacks::extend_user_menu($hook);
            return array_map(fn($item) => $item->url->path, $hook->items);
        } finally {
            manager::$loggedinas = false;
            at_the_screen::$guest = false;
            at_the_screen::$capabilities = [];
            cache::$held = [];
        }
    }

    it('puts "My engagement" into the user menu of those with a course that shows it, and into no other', function () {
        same(['/local/lea/my.php'], menu(['any' => 1]));
        same([], menu(['any' => 0]));
    });

    it('puts the start page into the user menu of those who may open it, once it is ready', function () {
        same(['/local/lea/start.php'], menu(['any' => 0, 'start' => 1], ['local/lea:viewstart']));
        same([], menu(['any' => 0, 'start' => 0], ['local/lea:viewstart']));
        same([], menu(['any' => 0, 'start' => 1], ['local/lea:viewcourse']));
        same(['/local/lea/my.php', '/local/lea/start.php'], menu(['any' => 1, 'start' => 1], ['local/lea:viewstart']));
    });

    it('puts nothing into the user menu of who is logged in as somebody else, nor of guests', function () {
        same([], menu(['any' => 1, 'start' => 1], ['local/lea:viewstart'], true));
        same([], menu(['any' => 1, 'start' => 1], ['local/lea:viewstart'], false, true));
    });

    it('keeps the note of "My engagement" for the one who opened it, until it is taken away', function () {
        my_note::leave(3);
        same([true, false], [my_note::is_there(3), my_note::is_there(4)]);
        my_note::take_away(3);
        same(false, my_note::is_there(3));
    });

    it('takes the note away when an activity is opened by itself, and not while it is launched', function () {
        foreach (['/mod/lti/launch.php' => true, '/mod/lti/auth.php' => true, '/mod/lti/view.php' => false] as $script => $stays) {
            [$GLOBALS['SCRIPT'], $GLOBALS['USER']] = [$script, (object) ['id' => '3']];
            my_note::leave(3);
            local_lea_after_require_login(2, true, (object) ['id' => '67', 'course' => '2']);
            same([$script, $stays], [$script, my_note::is_there(3)]);
        }
        unset($GLOBALS['SCRIPT'], $GLOBALS['USER']);
        cache::$held = [];
    });
}
