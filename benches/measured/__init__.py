"""What the scripts of this folder measure with, and what `run` measures."""
