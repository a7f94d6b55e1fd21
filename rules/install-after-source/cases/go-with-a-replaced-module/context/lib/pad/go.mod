module example.org/pad
