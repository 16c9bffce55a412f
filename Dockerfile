# The first example as one executable in an image that holds nothing else: docker build -t simple .

ARG DENO_VERSION=2.9.6

FROM denoland/deno:${DENO_VERSION} AS build
WORKDIR /build
COPY . .
# Where Deno's runtime part cannot be downloaded: put it beside this file, as denort, and add --build-arg DENORT_BIN=/build/denort
ARG DENORT_BIN
RUN deno task compile -- --frozen

# A deno executable needs glibc and libgcc, and nothing more: no shell, no package manager, no Deno.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build --chmod=0555 /build/dist/simple /simple
USER 65532:65532
ENTRYPOINT ["/simple"]
