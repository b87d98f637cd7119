using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Applies a covariance's matrices to vectors one by one.</summary>
internal static unsafe class LinearMap
{
    /// <summary>C v; v where there is no C.</summary>
    public static void Apply(ReadOnlySpan<float> matrix, ReadOnlySpan<float> vector, Span<float> result)
    {
        int d = vector.Length;
        if (matrix.IsEmpty)
        {
            vector.CopyTo(result);
            return;
        }

        for (int i = 0; i < d; i++)
        {
            float sum = 0;
            for (int j = 0; j < d; j++)
            {
                sum = MathF.FusedMultiplyAdd(matrix[(i * d) + j], vector[j], sum);
            }

            result[i] = sum;
        }
    }

    /// <summary>The same prompts with x = C ξ and w = T ω in a room.</summary>
    public static PromptView Apply(PromptMaps maps, in PromptView prompts, ReadingRoom room)
    {
        int d = prompts.Dimension;
        int length = prompts.ContextLength * d;
        float* context = room.Of(RoomPart.MappedContext, prompts.Count * length);
        float* queries = room.Of(RoomPart.MappedQueries, prompts.Count * d);
        float* tasks = room.Of(RoomPart.MappedTasks, prompts.Count * d);
        for (int p = 0; p < prompts.Count; p++)
        {
            for (int n = 0; n < prompts.ContextLength; n++)
            {
                Apply(maps.Covariates, prompts.Covariate(p, n), new(context + ((long)p * length) + (n * d), d));
            }

            Apply(maps.Covariates, prompts.Covariate(p, prompts.ContextLength), new(queries + (p * d), d));
            Apply(maps.Tasks, prompts.Task(p), new(tasks + (p * d), d));
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
}
