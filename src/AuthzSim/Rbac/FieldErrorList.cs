using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>The findings about one object; takes no memory while there are none. Passed by reference.</summary>
internal struct FieldErrorList
{
    private List<FieldError>? _items;

    public void Add(FieldError error) => (_items ??= []).Add(error);

    public void AddRange(IEnumerable<FieldError> errors)
    {
        foreach (var error in errors)
        {
            Add(error);
        }
    }

    /// <summary>One finding for each detail.</summary>
    public void AddInvalid(string field, string badValue, ImmutableArray<string> details)
    {
        foreach (var detail in details)
        {
            Add(FieldErrors.Invalid(field, badValue, detail));
        }
    }

    public readonly ImmutableArray<FieldError> ToImmutable() => _items is null ? [] : [.. _items];
}
