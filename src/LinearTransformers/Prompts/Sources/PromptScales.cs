using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// The roots s of the eigenvalues of prompts' own covariances: x_i ← s_i ξ_i, and w_i ← ω_i/s_i where tasks have the inverse of each. In a
/// stream's order they come behind the batch's vectors.
/// </summary>
internal sealed unsafe class PromptScales(PromptParts parts)
{
    private readonly PromptFactors _scales = new(
        parts.BatchSize, parts.Dimension, parts.OwnCovariance!.FillScales, DrawDomain.Eigenvalues);

    /// <summary>Those of the batch that a stream has just been drawn for.</summary>
    public void Draw(IStream stream)
    {
        if (stream is NativeStream native)
        {
            _scales.Draw(native.LastBatch);
        }
        else
        {
            _scales.Draw(stream);
        }
    }

    /// <summary>The prompts of their covariances, in a room.</summary>
    public PromptView Apply(in PromptView prompts, int begin, int end, ReadingRoom room)
    {
        int d = parts.Dimension;
        int length = parts.ContextLength * d;
        float* scales = _scales.Read(begin, end, room, RoomPart.Scales);
        float* context = room.Of(RoomPart.ScaledContext, prompts.Count * length);
        float* queries = room.Of(RoomPart.ScaledQueries, prompts.Count * d);
        float* tasks = room.Of(RoomPart.ScaledTasks, prompts.Count * d);
        for (int p = 0; p < prompts.Count; p++)
        {
            float* scale = scales + (p * d);
            float* from = prompts.Context + ((long)p * prompts.ContextStride);
            float* to = context + ((long)p * length);
            for (int n = 0; n < parts.ContextLength; n++, from += d, to += d)
            {
                Scale(from, scale, to, d);
            }

            Scale(prompts.Queries + ((long)p * prompts.QueryStride), scale, queries + (p * d), d);
            for (int i = 0; i < d; i++)
            {
                float task = prompts.Tasks[((long)p * prompts.TaskStride) + i];
                tasks[(p * d) + i] = parts.TasksAreInverse ? task / scale[i] : task;
            }
        }

        return prompts with
        {
            Context = context,
            ContextStride = length,
            Queries = queries,
            QueryStride = d,
            Tasks = tasks,
            TaskStride = d,
        };
    }

    private static void Scale(float* from, float* scale, float* to, int d)
    {
        for (int i = 0; i < d; i++)
        {
            to[i] = from[i] * scale[i];
        }
    }
}
