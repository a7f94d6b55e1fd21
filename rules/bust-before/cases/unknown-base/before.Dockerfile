FROM registry.example.com/team/base:1
COPY src /
