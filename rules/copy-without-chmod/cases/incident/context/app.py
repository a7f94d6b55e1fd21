import json

with open("/app/config/settings.json") as settings:
    print(json.load(settings)["greeting"])
