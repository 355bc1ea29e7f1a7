"""Pure rules of provision: no ORM, no request, no clock; constants that law or pay awards may change are passed in.

`cost` what it costs, `dosage` whether it was given, `scores` what one pupil's results say, `impact` what changed for a
group, `targets` how targets ended, `effect` the word for it all.
"""
