// What the stand-ins for CryptoKit and Security need of OpenSSL's libcrypto, for tests on Linux. Never part of an app.
#ifndef FAKE_CRYPTO_H
#define FAKE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

// Each returns 1, or 0 when the input is none.
int fc_random(uint8_t *out, size_t length);
int fc_sha256(const uint8_t *in, size_t length, uint8_t out[32]);
int fc_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *in, size_t length, uint8_t out[32]);
int fc_p256_generate(uint8_t scalar[32]);
int fc_p256_public(const uint8_t scalar[32], uint8_t point[65]);
int fc_p256_is_point(const uint8_t point[65]);
int fc_p256_agree(const uint8_t scalar[32], const uint8_t point[65], uint8_t secret[32]);
// DER into `out` of at least 80 bytes; its length into `out_length`.
int fc_p256_sign(const uint8_t scalar[32], const uint8_t *in, size_t length, uint8_t *out, size_t *out_length);
int fc_p256_verify(const uint8_t point[65], const uint8_t *in, size_t length, const uint8_t *der, size_t der_length);
int fc_is_ecdsa_der(const uint8_t *der, size_t der_length);
// Key of 16 or 32 bytes; 16 bytes of tag.
int fc_gcm_seal(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length, const uint8_t *aad,
                size_t aad_length, const uint8_t *in, size_t length, uint8_t *out, uint8_t tag[16]);
int fc_gcm_open(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length, const uint8_t *aad,
                size_t aad_length, const uint8_t *in, size_t length, const uint8_t tag[16], uint8_t *out);

#endif
