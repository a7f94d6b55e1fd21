print("itsdangerous==2.2.0")
