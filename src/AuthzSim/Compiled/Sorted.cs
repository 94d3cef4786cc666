namespace AuthzSim.Compiled;

/// <summary>Short sorted arrays without duplicates, changed by copying.</summary>
internal static class Sorted
{
    public static int[] With(int[] items, int item) => With(items, item, Comparer<int>.Default);

    public static int[] Without(int[] items, int item) => Without(items, item, Comparer<int>.Default);

    public static T[] With<T>(T[] items, T item, IComparer<T> order)
    {
        var at = Array.BinarySearch(items, item, order);
        if (at >= 0)
        {
            return items;
        }

        at = ~at;
        var result = new T[items.Length + 1];
        items.AsSpan(0, at).CopyTo(result);
        result[at] = item;
        items.AsSpan(at).CopyTo(result.AsSpan(at + 1));
        return result;
    }

    public static T[] Without<T>(T[] items, T item, IComparer<T> order)
    {
        var at = Array.BinarySearch(items, item, order);
        if (at < 0)
        {
            return items;
        }

        var result = new T[items.Length - 1];
        items.AsSpan(0, at).CopyTo(result);
        items.AsSpan(at + 1).CopyTo(result.AsSpan(at));
        return result;
    }
}
