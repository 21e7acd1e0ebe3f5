"""`countersign …`, also as `python -m bot`."""

from bot.cli.commands import app


def main() -> None:
    """Run the command line."""
    app(prog_name="countersign")


if __name__ == "__main__":
    main()
