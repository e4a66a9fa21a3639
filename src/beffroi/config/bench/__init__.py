"""Measures, each a module run by `./beffroi bench NAME`: ratios taken side by side in one run, printed as JSON."""
