"""Papers made from data for a person to read, correct and sign: each a draft, as a web page and as Markdown.

Put here what a paper says and how it is set. Keep out numbers of its own: every one is a bundle's or a sample's.
"""
