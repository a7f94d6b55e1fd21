FROM registry.example.com/team/base:1
COPY state.txt data/
USER 1001
