using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Prompts;

/// <summary>
/// Applies a covariance to the statistics of standard prompts, a bundle at a time: G ← C G Cᵀ with C = U D, and vectors by C or by U D⁻¹.
/// </summary>
internal sealed unsafe class LaneRotation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
{
    private readonly AlignedBuffer<TLane> _lanes;
    private readonly AlignedBuffer<TScalar> _scalars;
    private readonly int _d;
    private Covariance? _covariance;

    public LaneRotation(int dimension)
    {
        _d = dimension;
        _lanes = new(2L * _d * _d);
        _scalars = new(2L * _d * _d);
    }

    private TLane* Full => _lanes.Pointer;

    private TLane* Half => _lanes.Pointer + (_d * _d);

    private TScalar* Forward => _scalars.Pointer;

    private TScalar* Inverse => _scalars.Pointer + (_d * _d);

    /// <summary>G ← C G Cᵀ of a lower triangle, and g ← C g, x_q ← C x_q, w ← U D⁻¹ w, where they are given.</summary>
    public void Rotate(Covariance covariance, TLane* triangle, TLane* cross, TLane* query, TLane* task)
    {
        Load(covariance);
        GramSums.Unpack(triangle, Full, _d);
        LaneProduct.Multiply<
            TLane, TScalar, ZeroMatrix<TLane, TScalar>, ParameterRows<TLane, TScalar, AnyDimension>, Rows<TLane, AnyDimension>,
            AnyDimension, AnyDimension, AnyDimension>(
            Half, _d, default, new(Forward, _d), new(Full, _d), _d, _d, _d);
        LaneProduct.MultiplySymmetric<
            TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>>(
            Full, default, new(Half, _d), new(Forward, _d), _d);
        GramSums.Pack(Full, triangle, _d);
        Map(cross, Forward);
        Map(query, Forward);
        Map(task, Inverse);
        GC.KeepAlive(this);
    }

    private void Load(Covariance covariance)
    {
        if (ReferenceEquals(covariance, _covariance))
        {
            return;
        }

        for (int i = 0; i < _d * _d; i++)
        {
            Forward[i] = TScalar.CreateTruncating(covariance.Forward[i]);
            Inverse[i] = TScalar.CreateTruncating(covariance.Inverse[i]);
        }

        _covariance = covariance;
    }

    private void Map(TLane* vector, TScalar* matrix)
    {
        if (vector is not null)
        {
            LaneProduct.Multiply<
                TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>,
                AnyDimension, AnyDimension, AnyDimension>(
                Half, _d, default, new(vector, _d), new(matrix, _d), 1, _d, _d);
            GramSums.Copy(vector, Half, _d);
        }
    }
}
