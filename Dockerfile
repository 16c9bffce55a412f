# An operator as one executable, in an image that holds nothing else. The same file serves any project with a deno.json:
# docker build --build-arg MAIN=main.ts -t operator .

FROM denoland/deno:2.9.6@sha256:2014dc167ece617ef7e7ba40631ac2234c59e75ce693e7cc2dc2602b3c87859d AS build
WORKDIR /build
COPY . .
# The program, as a path in here. It says itself which permissions it needs.
ARG MAIN=examples/simple.ts
# Where Deno's runtime part cannot be downloaded: put it beside this file, as denort, and add --build-arg DENORT_BIN=/build/denort
ARG DENORT_BIN
RUN deno run -A @staircase/operator/ship build "$MAIN" --output /build/dist/operator -- --frozen

# A deno executable needs glibc and libgcc, and nothing more: no shell, no package manager, no Deno.
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
ARG SOURCE
ARG REVISION
ARG VERSION
LABEL org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.version="$VERSION"
COPY --from=build --chmod=0555 /build/dist/operator /operator
USER 65532:65532
ENTRYPOINT ["/operator"]
