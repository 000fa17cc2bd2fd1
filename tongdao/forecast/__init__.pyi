from .batch import explain as explain, outlook as outlook
