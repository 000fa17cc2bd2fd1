"""From an executed notebook to a document: it knows cells, blocks and pages, and no indicator."""
