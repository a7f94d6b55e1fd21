FROM registry.example.com/team/base:1
RUN useradd app
COPY --link state.txt /app/
USER app
