namespace AuthzSim.Compiled;

/// <summary>The places of the role bindings of each namespace, in order.</summary>
internal sealed class NamespacePlaces
{
    private readonly int[] _ends;
    private readonly int[] _places;

    public NamespacePlaces(int namespaces, ChunkedArray<BindingRow> roleBindings)
    {
        // First where the places of each namespace start; each one that is put there moves it on, to the end at last.
        _ends = new int[namespaces + 1];
        _places = new int[roleBindings.Count];
        for (var i = 0; i < _places.Length; i++)
        {
            _ends[roleBindings[i].Namespace + 1]++;
        }

        for (var i = 1; i < _ends.Length; i++)
        {
            _ends[i] += _ends[i - 1];
        }

        for (var i = 0; i < _places.Length; i++)
        {
            _places[_ends[roleBindings[i].Namespace]++] = i;
        }
    }

    public ReadOnlySpan<int> this[int @namespace] => _places.AsSpan((@namespace == 0 ? 0 : _ends[@namespace - 1]).._ends[@namespace]);
}
