"""The committee's report as PDF: printed from the templates of the pages, readable by screen readers, fit to archive.

``document.py`` prints it with WeasyPrint, ``tagged_pdf.py`` makes the result conform to PDF/UA-1 beside PDF/A-2a,
``write.py`` makes one from the city's tables and puts it in its place.
"""
