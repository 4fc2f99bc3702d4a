"""What WeasyPrint leaves undone for PDF/UA-1 (ISO 14289-1) in a PDF/A-2a (ISO 19005-2) that it printed.

Header cells get their scope and links their print flag; the metadata say that the file conforms to PDF/UA, and PDF/A
is told what those words are; metadata stand uncompressed; what no structure element refers to is marked as an artifact
(field notes, publishing, section 5, measured on WeasyPrint 70); and terms are paired with what is said of them. Put
here surgery on a printed PDF and nothing about its content.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of an annotation's flags (ISO 32000-1, table 165): it is printed.
_PRINT = 4

# A stream whose last byte is a carriage return, as it stands in a file (see ``_end_clearly``).
_UNCLEAR = b"\r\nendstream"

_RDF_END = b"</rdf:RDF>"
# PDF/A lets a file say only what it declares (ISO 19005-2, 6.6.2.3), so the words of PDF/UA are declared beside them.
_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""  # noqa: E501  # a document of its own


def tagged(printed: bytes) -> bytes:
    """A PDF that WeasyPrint printed as ``pdf/a-2a``, made to conform to PDF/UA-1 as well. The same bytes every time.

    Raises pikepdf.PdfError when ``printed`` is no PDF, and ValueError when it has no structure or no metadata.
    """
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        if Name.StructTreeRoot not in pdf.Root or Name.Metadata not in pdf.Root:
            raise ValueError("a PDF without structure tree or metadata cannot be made accessible; print it as pdf/a-2a")
        _pair_terms(list(_elements(pdf.Root.StructTreeRoot)))
        elements = list(_elements(pdf.Root.StructTreeRoot))
        _give_scopes(elements)
        _print_links(pdf)
        _mark_artifacts(pdf, elements)
        _claim(pdf)
        _end_clearly(pdf)
        small = _saved(pdf, pikepdf.ObjectStreamMode.generate)
        return small if _UNCLEAR not in small else _saved(pdf, pikepdf.ObjectStreamMode.disable)


def _saved(pdf: pikepdf.Pdf, mode: pikepdf.ObjectStreamMode) -> bytes:
    """The file as it stands: streams are neither packed nor unpacked, but for those that ``mode`` makes of objects."""
    made = io.BytesIO()
    pdf.save(
        made,
        deterministic_id=True,
        preserve_pdfa=True,
        compress_streams=mode is pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=mode,
    )
    return made.getvalue()


def _elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every structure element below a node, in the order of reading."""
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and Name.S in kid:
            yield kid
            yield from _elements(kid)


def _kids(node: pikepdf.Object) -> list[pikepdf.Object]:
    kids = node.get(Name.K)
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _pair_terms(elements: list[pikepdf.Object]) -> None:
    """A term and what is said of it, in a ``div`` of a ``dl``, are one item of the list with a label and a body."""
    for group in elements:
        if str(group.S) != "/Div" or str(group.P.get(Name.S)) != "/L":
            continue
        group.S = Name.LI
        bodies = [body for item in _kids(group) for body in _kids(item)]
        for place, body in enumerate(bodies):
            body.S = Name.LBody if place else Name.Lbl
            body.P = group
        group.K = Array(bodies)


def _give_scopes(elements: list[pikepdf.Object]) -> None:
    """Header cells in a table's head head their column, all others their row."""
    for each in elements:
        if str(each.S) == "/TH":
            in_head = str(each.P.P.S) == "/THead"
            each.A = Dictionary({**dict(each.get(Name.A, {})), "/O": Name.Table})
            each.A.Scope = Name.Column if in_head else Name.Row


def _print_links(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for each in page.get(Name.Annots, []):
            each.F = int(each.get(Name.F, 0)) | _PRINT


def _mark_artifacts(pdf: pikepdf.Pdf, elements: list[pikepdf.Object]) -> None:
    """Content with a number that no element refers to is decoration: the footers."""
    told: dict[tuple[int, int], set[int]] = {}
    for each in elements:
        if Name.Pg in each:
            numbers = {int(kid) for kid in _kids(each) if isinstance(kid, int)}
            told.setdefault(each.Pg.objgen, set()).update(numbers)
    for page in pdf.pages:
        known = told.get(page.obj.objgen, set())
        stream = pikepdf.parse_content_stream(page)
        page.Contents = pdf.make_stream(
            pikepdf.unparse_content_stream([_artifact_or_not(each, known) for each in stream])
        )
    _forget_lost_numbers(pdf, told)


def _artifact_or_not(
    instruction: pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage, known: set[int]
) -> pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage:
    if instruction.operator != Operator("BDC"):
        return instruction
    properties = instruction.operands[1]
    number = properties.get(Name.MCID) if isinstance(properties, Dictionary) else None
    if number is None or int(number) in known:
        return instruction
    artifact = Dictionary(Type=Name.Pagination)
    return pikepdf.ContentStreamInstruction([Name.Artifact, artifact], Operator("BDC"))


def _forget_lost_numbers(pdf: pikepdf.Pdf, told: dict[tuple[int, int], set[int]]) -> None:
    """The parent tree must not lead from a number to an element that is not in the tree."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    pages = {int(page.get(Name.StructParents, -1)): page.obj.objgen for page in pdf.pages}
    for place in range(0, len(numbers), 2):
        page = pages.get(int(numbers[place]))
        if page is not None and isinstance(numbers[place + 1], Array):
            known = told.get(page, set())
            numbers[place + 1] = Array(
                [each if number in known else None for number, each in enumerate(numbers[place + 1])]
            )


def _claim(pdf: pikepdf.Pdf) -> None:
    """Say in the metadata that this is PDF/UA-1, inside what readers look at, in plain bytes."""
    metadata = bytes(pdf.Root.Metadata.read_bytes())
    if _RDF_END not in metadata:
        raise ValueError("the metadata of the PDF are not as WeasyPrint writes them")
    data = metadata.replace(_RDF_END, _CLAIM + _RDF_END, 1)
    pdf.Root.Metadata = pdf.make_indirect(pikepdf.Stream(pdf, data, Type=Name.Metadata, Subtype=Name.XML))


def _end_clearly(pdf: pikepdf.Pdf) -> None:
    """Compress what is not, but metadata; and let no stream end with a carriage return.

    PDF/A wants a line feed after a stream that is not counted with it (ISO 19005-2, 6.1.7.1); after a carriage return,
    readers take both for the end of the line and find the stream one byte short.
    """
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Stream) or each.get(Name.Type) == Name.Metadata:
            continue
        if Name.Filter not in each:
            each.write(zlib.compress(each.read_bytes(), 9), filter=Name.FlateDecode)
        raw, used = each.read_raw_bytes(), each.get(Name.Filter)
        if raw.endswith(b"\r") and used == Name.FlateDecode:
            each.write(raw.hex().encode() + b">", filter=Array([Name.ASCIIHexDecode, Name.FlateDecode]))
