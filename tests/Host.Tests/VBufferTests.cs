using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class VBufferTests
{
    private static readonly VBuffer<float> _sparse = new(5, 2, [1, 2], [1, 3]);
    private static readonly VBuffer<float> _dense = new(3, [4, 5, 6]);

    [Fact]
    public void Sparse_vectors_read_as_dense_ones()
    {
        Assert.False(_sparse.IsDense);
        Assert.Equal([0, 1, 0, 2, 0], _sparse.DenseValues());
        Assert.Equal([1f, 2f], _sparse.GetValues().ToArray());
        Assert.Equal([1, 3], _sparse.GetIndices().ToArray());
        Assert.Equal(2, _sparse.GetItemOrDefault(3));
        Assert.Equal(0, _sparse.GetItemOrDefault(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => _sparse.GetItemOrDefault(5));
    }

    [Fact]
    public void Items_are_the_explicit_ones_or_all()
    {
        Assert.Equal([new(1, 1), new(3, 2)], _sparse.Items());
        Assert.Equal([new(0, 0), new(1, 1), new(2, 0), new(3, 2), new(4, 0)], _sparse.Items(all: true));
        Assert.Equal(3, new VBuffer<float>(3, 0, null, null).Items(all: true).Count());
    }

    [Fact]
    public void Dense_vectors_have_no_indices()
    {
        Assert.True(_dense.IsDense);
        Assert.Empty(_dense.GetIndices().ToArray());
        Assert.Equal([4, 5, 6], _dense.DenseValues());
    }

    [Fact]
    public void Copies_share_no_array()
    {
        VBuffer<float> copy = default;
        _sparse.CopyTo(ref copy);
        VBufferEditor.CreateFromBuffer(ref copy).Values[0] = 9;
        Assert.Equal([0, 1, 0, 2, 0], _sparse.DenseValues());
        Assert.Equal([0, 9, 0, 2, 0], copy.DenseValues());
    }

    [Fact]
    public void Parts_are_copied_with_their_indices()
    {
        VBuffer<float> part = default;
        _sparse.CopyTo(ref part, 1, 3);
        Assert.Equal([1, 0, 2], part.DenseValues());
        _dense.CopyTo(ref part, 1, 2);
        Assert.Equal([5, 6], part.DenseValues());
        Assert.Throws<ArgumentOutOfRangeException>(() => _sparse.CopyTo(ref part, 3, 3));
    }

    [Fact]
    public void Copies_into_spans_fill_the_gaps()
    {
        float[] target = [9, 9, 9, 9, 9, 9];
        _sparse.CopyTo(target, 1);
        Assert.Equal([9, 0, 1, 0, 2, 0], target);
        Assert.Throws<ArgumentOutOfRangeException>(() => _sparse.CopyTo(new float[4]));
        VBuffer<float> dense = default;
        _sparse.CopyToDense(ref dense);
        Assert.True(dense.IsDense);
    }

    [Fact]
    public void An_editor_uses_large_enough_arrays_again()
    {
        var buffer = new VBuffer<float>(3, [1, 2, 3]);
        var editor = VBufferEditor.Create(ref buffer, 2);
        Assert.False(editor.CreatedNewValues);
        Assert.Equal(2, editor.Values.Length);
        buffer = editor.Commit();
        Assert.Equal([1, 2], buffer.DenseValues());
        Assert.True(VBufferEditor.Create(ref buffer, 100).CreatedNewValues);
    }

    [Fact]
    public void A_truncated_commit_makes_a_sparse_vector()
    {
        VBuffer<float> buffer = default;
        var editor = VBufferEditor.Create(ref buffer, 4, 3);
        editor.Values[0] = 7;
        editor.Indices[0] = 2;
        Assert.Equal([0, 0, 7, 0], editor.CommitTruncated(1).DenseValues());
    }

    [Fact]
    public void Arrays_may_be_longer_than_what_they_hold()
    {
        var buffer = new VBuffer<float>(2, [1, 2, 3, 4]);
        Assert.Equal([1f, 2f], buffer.GetValues().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 2, [1, 2], [1]));
    }
}
