FROM registry.example.com/team/base:1
COPY --chown=1001:0 state.txt data/
USER 1001
