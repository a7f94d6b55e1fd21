require("./config.json")
