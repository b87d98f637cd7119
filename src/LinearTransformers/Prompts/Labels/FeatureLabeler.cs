using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Labels;

/// <summary>Labels wᵀf(x) with the features f of a network, eight prompts side by side.</summary>
internal sealed unsafe class FeatureLabeler(FeatureNetwork network) : ILabeler
{
    /// <inheritdoc/>
    public void Label(in PromptView prompts, float* labels)
    {
        FeatureNetwork.Scratch scratch = network.Rent(prompts.ContextLength + 1);
        for (int first = 0; first < prompts.Count; first += SingleHalfLanes.Count)
        {
            LabelShare(prompts, scratch, first, labels + ((long)first * prompts.LabelStride));
        }

        network.Return(scratch);
    }

    /// <summary>The labels of eight prompts, of the last ones as many as there are.</summary>
    private void LabelShare(in PromptView prompts, FeatureNetwork.Scratch scratch, int first, float* labels)
    {
        int d = prompts.Dimension;
        int contextLength = prompts.ContextLength;
        int count = Math.Min(SingleHalfLanes.Count, prompts.Count - first);
        float** rows = stackalloc float*[SingleHalfLanes.Count];
        Rows(prompts.Context, prompts.ContextStride);
        LaneTransposer.Transpose<SingleHalfLanes, float>(rows, contextLength * d, scratch.Covariates);
        Rows(prompts.Queries, prompts.QueryStride);
        LaneTransposer.Transpose<SingleHalfLanes, float>(rows, d, scratch.Covariates + (contextLength * d));
        Rows(prompts.Tasks, prompts.TaskStride);
        LaneTransposer.Transpose<SingleHalfLanes, float>(rows, d, scratch.Tasks);
        network.Evaluate(scratch, contextLength + 1);
        for (int n = 0; n <= contextLength; n++)
        {
            SingleHalfLanes label = SingleHalfLanes.Zero;
            for (int i = 0; i < d; i++)
            {
                SingleHalfLanes.Accumulate(scratch.Tasks[i], scratch.Features[(n * d) + i], ref label);
            }

            float* lanes = (float*)&label;
            for (int lane = 0; lane < count; lane++)
            {
                labels[(lane * (contextLength + 1)) + n] = lanes[lane];
            }
        }

        void Rows(float* begin, int stride)
        {
            for (int lane = 0; lane < SingleHalfLanes.Count; lane++)
            {
                rows[lane] = begin + ((long)(first + Math.Min(lane, count - 1)) * stride);
            }
        }
    }
}
