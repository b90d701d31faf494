#define OPENSSL_SUPPRESS_DEPRECATED
#include "fake_crypto.h"

#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

int fc_random(uint8_t *out, size_t length) { return RAND_bytes(out, (int)length) == 1; }

int fc_sha256(const uint8_t *in, size_t length, uint8_t out[32]) { return SHA256(in, length, out) != NULL; }

int fc_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *in, size_t length, uint8_t out[32]) {
  static const uint8_t nothing = 0;
  unsigned int written = 0;
  return HMAC(EVP_sha256(), key_length ? key : &nothing, (int)key_length, in, length, out, &written) != NULL &&
         written == 32;
}

static EC_KEY *key_of_scalar(const uint8_t scalar[32]) {
  EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  if (key == NULL) return NULL;
  const EC_GROUP *group = EC_KEY_get0_group(key);
  BIGNUM *number = BN_bin2bn(scalar, 32, NULL);
  EC_POINT *point = EC_POINT_new(group);
  int good = number != NULL && point != NULL && !BN_is_zero(number) &&
             BN_cmp(number, EC_GROUP_get0_order(group)) < 0 && EC_KEY_set_private_key(key, number) == 1 &&
             EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 && EC_KEY_set_public_key(key, point) == 1;
  EC_POINT_free(point);
  BN_clear_free(number);
  if (good) return key;
  EC_KEY_free(key);
  return NULL;
}

static EC_KEY *key_of_point(const uint8_t point[65]) {
  EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  if (key != NULL && point[0] == 4 && EC_KEY_oct2key(key, point, 65, NULL) == 1) return key;
  EC_KEY_free(key);
  return NULL;
}

int fc_p256_generate(uint8_t scalar[32]) {
  EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
  int good = key != NULL && EC_KEY_generate_key(key) == 1 &&
             BN_bn2binpad(EC_KEY_get0_private_key(key), scalar, 32) == 32;
  EC_KEY_free(key);
  return good;
}

int fc_p256_public(const uint8_t scalar[32], uint8_t point[65]) {
  EC_KEY *key = key_of_scalar(scalar);
  if (key == NULL) return 0;
  size_t written = EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key),
                                      POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL);
  EC_KEY_free(key);
  return written == 65;
}

int fc_p256_is_point(const uint8_t point[65]) {
  EC_KEY *key = key_of_point(point);
  EC_KEY_free(key);
  return key != NULL;
}

int fc_p256_agree(const uint8_t scalar[32], const uint8_t point[65], uint8_t secret[32]) {
  EC_KEY *own = key_of_scalar(scalar), *other = key_of_point(point);
  int good = own != NULL && other != NULL &&
             ECDH_compute_key(secret, 32, EC_KEY_get0_public_key(other), own, NULL) == 32;
  EC_KEY_free(own);
  EC_KEY_free(other);
  return good;
}

int fc_p256_sign(const uint8_t scalar[32], const uint8_t *in, size_t length, uint8_t *out, size_t *out_length) {
  uint8_t hash[32];
  unsigned int written = 0;
  EC_KEY *key = key_of_scalar(scalar);
  int good = key != NULL && fc_sha256(in, length, hash) && ECDSA_sign(0, hash, 32, out, &written, key) == 1;
  EC_KEY_free(key);
  *out_length = written;
  return good;
}

int fc_p256_verify(const uint8_t point[65], const uint8_t *in, size_t length, const uint8_t *der, size_t der_length) {
  uint8_t hash[32];
  EC_KEY *key = key_of_point(point);
  int good = key != NULL && fc_sha256(in, length, hash) && ECDSA_verify(0, hash, 32, der, (int)der_length, key) == 1;
  EC_KEY_free(key);
  return good;
}

int fc_is_ecdsa_der(const uint8_t *der, size_t der_length) {
  const uint8_t *at = der;
  ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)der_length);
  int good = signature != NULL && at == der + der_length;
  ECDSA_SIG_free(signature);
  return good;
}

static EVP_CIPHER_CTX *gcm(int seal, const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length,
                           const uint8_t *aad, size_t aad_length) {
  const EVP_CIPHER *cipher = key_length == 32 ? EVP_aes_256_gcm() : key_length == 16 ? EVP_aes_128_gcm() : NULL;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int written = 0;
  if (cipher != NULL && context != NULL && EVP_CipherInit_ex(context, cipher, NULL, NULL, NULL, seal) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_IVLEN, (int)iv_length, NULL) == 1 &&
      EVP_CipherInit_ex(context, NULL, NULL, key, iv, seal) == 1 &&
      (aad_length == 0 || EVP_CipherUpdate(context, NULL, &written, aad, (int)aad_length) == 1))
    return context;
  EVP_CIPHER_CTX_free(context);
  return NULL;
}

int fc_gcm_seal(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length, const uint8_t *aad,
                size_t aad_length, const uint8_t *in, size_t length, uint8_t *out, uint8_t tag[16]) {
  EVP_CIPHER_CTX *context = gcm(1, key, key_length, iv, iv_length, aad, aad_length);
  int written = 0;
  uint8_t rest[16];
  int good = context != NULL && (length == 0 || EVP_CipherUpdate(context, out, &written, in, (int)length) == 1) &&
             EVP_CipherFinal_ex(context, rest, &written) == 1 &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1;
  EVP_CIPHER_CTX_free(context);
  return good;
}

int fc_gcm_open(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length, const uint8_t *aad,
                size_t aad_length, const uint8_t *in, size_t length, const uint8_t tag[16], uint8_t *out) {
  EVP_CIPHER_CTX *context = gcm(0, key, key_length, iv, iv_length, aad, aad_length);
  int written = 0;
  uint8_t rest[16];
  int good = context != NULL && (length == 0 || EVP_CipherUpdate(context, out, &written, in, (int)length) == 1) &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, (void *)tag) == 1 &&
             EVP_CipherFinal_ex(context, rest, &written) == 1;
  EVP_CIPHER_CTX_free(context);
  return good;
}
