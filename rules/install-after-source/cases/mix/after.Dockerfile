FROM elixir:1.16-slim
WORKDIR /app
RUN mix local.hex --force && mix local.rebar --force
COPY mix.exs mix.lock ./
COPY config/config.exs ./config/
RUN mix deps.get --check-locked && mix deps.compile
COPY . .
RUN mix release
