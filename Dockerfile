# Portcullis in a container. Build: docker build -t portcullis .
#
# The image initialises nothing. Once, on a new volume:
#   docker run --rm -v portcullis:/var/lib/portcullis -v ./gateway.yaml:/etc/portcullis/gateway.yaml:ro \
#     portcullis init
# then the same with `user add YOUR-NAME --role owner` (and -it, for the password). To run it, with nothing
# writable but the volume:
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges -p 8443:8443 \
#     -v portcullis:/var/lib/portcullis -v ./gateway.yaml:/etc/portcullis/gateway.yaml:ro portcullis
#
# In gateway.yaml, listen on 0.0.0.0 at ports above 1023, and keep the data on the volume:
#   store: { path: /var/lib/portcullis/store, keys: /var/lib/portcullis/keys, run: /var/lib/portcullis/run }
# Better still, give the keys a volume of their own: whoever has both has everything.

FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo build --locked --release --bin portcullis

FROM debian:bookworm-slim
# Authorities for consoles behind TLS; and the volume's directory, of the user who will use it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin portcullis \
    && install -d -m 0700 -o portcullis -g portcullis /var/lib/portcullis \
    && install -d -m 0755 /etc/portcullis
COPY --from=build /build/target/release/portcullis /usr/local/bin/portcullis
USER 10001:10001
WORKDIR /var/lib/portcullis
VOLUME /var/lib/portcullis
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["portcullis", "--config", "/etc/portcullis/gateway.yaml", "health"]
ENTRYPOINT ["portcullis", "--config", "/etc/portcullis/gateway.yaml"]
CMD ["run"]
