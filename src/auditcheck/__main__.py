"""`python -m auditcheck`."""

from auditcheck.cli import main

if __name__ == "__main__":
    main()
