using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Prompts;

/// <summary>
/// Makes statistics of standard prompts those of prompts with covariances, a bundle at a time: G ← C G Cᵀ, and vectors by C or by T.
/// </summary>
internal sealed unsafe class LaneRotation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
{
    private readonly AlignedBuffer<TLane> _lanes;
    private readonly AlignedBuffer<TScalar> _scalars;
    private readonly int _d;
    private PromptMaps? _maps;

    public LaneRotation(int dimension)
    {
        _d = dimension;
        _lanes = new(2L * _d * _d);
        _scalars = new(2L * _d * _d);
    }

    private TLane* Full => _lanes.Pointer;

    private TLane* Half => _lanes.Pointer + (_d * _d);

    private TScalar* Forward => _scalars.Pointer;

    private TScalar* Tasks => _scalars.Pointer + (_d * _d);

    /// <summary>G ← C G Cᵀ of a lower triangle, and g ← C g, x_q ← C x_q, w ← T w, where they are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rotate(PromptMaps maps, TLane* triangle, TLane* cross, TLane* query, TLane* task)
    {
        Load(maps);
        if (maps.AreDiagonal)
        {
            Scale(triangle, cross, query, task);
            GC.KeepAlive(this);
            return;
        }

        if (!maps.Covariates.IsEmpty)
        {
            MapTriangle(triangle);
        }

        Map(cross, Forward, maps.Covariates.IsEmpty);
        Map(query, Forward, maps.Covariates.IsEmpty);
        Map(task, Tasks, maps.Tasks.IsEmpty);
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MapTriangle(TLane* triangle)
    {
        GramSums.Unpack(triangle, Full, _d);
        LaneProduct.Multiply<
            TLane, TScalar, ZeroMatrix<TLane, TScalar>, ParameterRows<TLane, TScalar, AnyDimension>, Rows<TLane, AnyDimension>,
            AnyDimension, AnyDimension, AnyDimension>(
            Half, _d, default, new(Forward, _d), new(Full, _d), _d, _d, _d);
        LaneProduct.MultiplySymmetric<
            TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>>(
            Full, default, new(Half, _d), new(Forward, _d), _d);
        GramSums.Pack(Full, triangle, _d);
    }

    /// <summary>The same by diagonal matrices; the bits are those of the products, whose other terms are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(TLane* triangle, TLane* cross, TLane* query, TLane* task)
    {
        for (int i = 0; i < _d; i++)
        {
            TLane scale = TLane.Broadcast(Forward[i * (_d + 1)]);
            for (int j = 0; j <= i; j++)
            {
                *triangle = *triangle * scale * TLane.Broadcast(Forward[j * (_d + 1)]);
                triangle++;
            }

            query[i] *= scale;
            task[i] *= TLane.Broadcast(Tasks[i * (_d + 1)]);
            if (cross is not null)
            {
                cross[i] *= scale;
            }
        }
    }

    private void Load(PromptMaps maps)
    {
        if (ReferenceEquals(maps, _maps))
        {
            return;
        }

        for (int i = 0; i < _d * _d; i++)
        {
            float identity = i % (_d + 1) == 0 ? 1 : 0;
            Forward[i] = TScalar.CreateTruncating(maps.Covariates.IsEmpty ? identity : maps.Covariates[i]);
            Tasks[i] = TScalar.CreateTruncating(maps.Tasks.IsEmpty ? identity : maps.Tasks[i]);
        }

        _maps = maps;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Map(TLane* vector, TScalar* matrix, bool isIdentity)
    {
        if (vector is not null && !isIdentity)
        {
            LaneProduct.Multiply<
                TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>,
                AnyDimension, AnyDimension, AnyDimension>(
                Half, _d, default, new(vector, _d), new(matrix, _d), 1, _d, _d);
            GramSums.Copy(vector, Half, _d);
        }
    }
}
