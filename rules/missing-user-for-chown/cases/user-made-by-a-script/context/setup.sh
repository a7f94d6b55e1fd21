adduser -D app
