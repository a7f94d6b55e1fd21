FROM registry.example.com/team/kibana:6
USER ContainerAdministrator
COPY kibana.yml /usr/share/kibana/config/kibana.yml
CMD ["kibana"]
