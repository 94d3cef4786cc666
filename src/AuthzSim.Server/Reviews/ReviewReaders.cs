using AuthzSim.Formats.Reviews;
using Microsoft.Extensions.ObjectPool;

namespace AuthzSim.Server.Reviews;

/// <summary>
/// Readers of reviews for requests that come at the same time: making one costs more than a review does, since it keeps strings.
/// </summary>
internal static class ReviewReaders
{
    private static readonly ObjectPool<AccessReviewReader> _readers = ObjectPool.Create<AccessReviewReader>();

    /// <summary>Reads a body, as <see cref="AccessReviewReader.Read"/> does.</summary>
    public static DecodedReview Read(ReadOnlyMemory<byte> body)
    {
        var reader = _readers.Get();
        try
        {
            return reader.Read(body);
        }
        finally
        {
            _readers.Return(reader);
        }
    }
}
