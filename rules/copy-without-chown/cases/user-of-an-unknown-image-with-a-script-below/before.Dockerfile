FROM registry.example.com/team/base:1
COPY state.txt setup.sh /app/
RUN /app/setup.sh
USER app
