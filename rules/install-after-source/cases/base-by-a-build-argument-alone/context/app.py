from lib.text import TEXT
print(TEXT)
