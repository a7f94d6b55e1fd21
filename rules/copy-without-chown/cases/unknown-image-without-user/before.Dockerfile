FROM registry.example.com/team/base:1
COPY state.txt /app/
CMD ["cat", "/app/state.txt"]
