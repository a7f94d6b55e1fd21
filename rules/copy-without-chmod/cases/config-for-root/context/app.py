print(open("/app/config/settings.json").read())
