git rev-parse HEAD > version
