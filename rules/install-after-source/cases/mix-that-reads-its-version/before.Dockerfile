FROM elixir:1.16-slim
WORKDIR /app
RUN mix local.hex --force && mix local.rebar --force
COPY . .
RUN mix deps.get --check-locked && mix deps.compile
RUN mix release
