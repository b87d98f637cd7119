// The loop over a batch.
#pragma once
#include <vector>
#include "lanes.h"

// Means over the prompts of the squared residual, which is returned, and of its gradient. What is done with a share of a bundle returns its
// residuals and adds the gradient of half their squares to the sums. Sums of 256 prompts are of single precision, those of all of double.
template <typename OfShare>
static double means(const float *entries, int stride, int bundles, Vector *sums, int count, float *gradient, OfShare of_share)
{
    std::vector<double> total(count);
    double loss = 0;
    for (int block = 0; block < bundles; block += 16)
        for (int share = 0; share < Shares; share++)
        {
            Vector squares = {};
            clear(sums, count);
            for (int bundle = block; bundle < bundles && bundle < block + 16; bundle++)
            {
                Vector y = of_share(entries + (long)bundle * stride * Lanes + share * Width);
                squares += y * y;
            }
            for (int lane = 0; lane < Width; lane++)
                loss += squares[lane];
            for (int i = 0; i < count; i++)
            {
                double sum = 0;
                for (int lane = 0; lane < Width; lane++)
                    sum += sums[i][lane];
                total[i] += sum;
            }
        }
    for (int i = 0; i < count; i++)
        gradient[i] = (float)(2 * total[i] / (bundles * Lanes));
    return loss / (bundles * Lanes);
}
