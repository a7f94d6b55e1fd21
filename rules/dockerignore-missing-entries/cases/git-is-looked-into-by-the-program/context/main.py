print(open(".git/HEAD").read())
