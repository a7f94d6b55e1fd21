WORDS = ["next", "vite"]
print("hello")
