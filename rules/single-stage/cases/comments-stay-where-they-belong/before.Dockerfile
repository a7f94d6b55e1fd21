# escape=\

# The shop.
FROM alpine:3.20
COPY pip /usr/local/bin/
WORKDIR /app

# What it needs.
COPY requirements.txt ./
# Into the system.
RUN pip install --no-cache-dir \
    # no wheels are kept
    -r requirements.txt
# The shop itself
# and all that belongs to it.
COPY . .

# Set apart.

CMD ["sh", "app.sh"]
# The end.
