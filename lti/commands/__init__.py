"""The `lea` command's subcommands: translate, call, answer."""
