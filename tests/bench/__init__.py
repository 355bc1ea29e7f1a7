"""How fast and how heavy the product is, measured and never asserted: `make bench`, or `python -m tests.bench --help`.

It makes databases of three sizes, serves each as `manage.py serve` does, and asks for pages as a browser would. Figures and how
to read them: `docs/reference/performance.md`.
"""
