// Prompts lie side by side in bundles of sixteen numbers; a share of a bundle is what a vector register holds.
#pragma once

#ifdef __AVX512F__
constexpr int Width = 16;
#else
constexpr int Width = 8;
#endif
constexpr bool HasManyRegisters = Width == 16;
constexpr int Lanes = 16;
constexpr int Shares = Lanes / Width;
typedef float Vector __attribute__((vector_size(Width * 4)));

static inline Vector all(float x) { return x - Vector{}; }

// The same, loaded once: g++ otherwise names the memory in each of several products.
static inline Vector in_register(Vector x)
{
    asm("" : "+v"(x));
    return x;
}

static inline void clear(Vector *c, int n) { for (int i = 0; i < n; i++) c[i] = Vector{}; }
