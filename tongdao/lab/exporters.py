"""What JupyterLab and nbconvert offer: the notebook as it lies there, executed, as a document.

The message of an exception reaches the person who asked, so it is the sentence and nothing else.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter

from tongdao.base import DocumentError
from tongdao.document import is_counted, joined, read_document, render_forms


class _DocumentExporter(Exporter):  # type: ignore[misc]
    """One form of a document; the template machinery of nbconvert has no part in it."""

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The bytes of the document and the resources that nbconvert passes along.

        Raises:
            DocumentError: a cell ended in an error, or what ``render_forms`` refuses.
        """
        nb, about = super().from_notebook_node(nb, resources, **options)  # --execute is a preprocessor
        for number, cell in enumerate(filter(is_counted, nb["cells"]), 1):
            for output in cell.get("outputs", []):
                expected = "raises-exception" in cell.get("metadata", {}).get("tags", [])
                if output["output_type"] == "error" and not expected:
                    fault = joined(output.get("evalue") or output.get("ename", ""))
                    raise DocumentError(f"第 {number} 个单元格出错（{fault}），没有导出；请改正并重新运行后再导出。")
        told = about["metadata"]  # the File menu and nbconvert name the notebook's folder, a stream has none
        folders = [Path(told["path"])] if told.get("path") is not None else []
        document = read_document(nb, title=told.get("name") or "笔记本", folders=folders)
        for sentence in document.lost():
            self.log.warning(sentence)
        content = json.dumps([cell.get("outputs", cell["source"]) for cell in nb["cells"]], sort_keys=True)
        run_id = hashlib.sha256(content.encode()).hexdigest()[:12]
        files = render_forms(document, run_id=run_id, forms=[self.file_extension.removeprefix(".")])
        return files[self.file_extension], about


class PdfExporter(_DocumentExporter):
    """PDF as the reports are set."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"


class WordExporter(_DocumentExporter):
    """Word as the reports are set."""

    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
