package pad
