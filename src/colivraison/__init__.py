"""colivraison: shared delivery rounds for producers in short food supply chains."""

__all__ = ["__version__"]

__version__ = "0.1.0"
