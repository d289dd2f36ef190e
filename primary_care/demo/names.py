"""Given names for synthetic people, by sex, from several regions; combined at random, they name nobody in particular."""

MALE = """
Agus Budi Bambang Dedi Eko Hadi Imam Joko Slamet Sugeng Wahyu Yanto Rudi Hendra Fajar Rizky Dimas Arif Bayu
Galang Ilham Fauzan Ridwan Syarif Hasan Yusuf Ibrahim Zainal Made Ketut Nyoman Wayan Gede Lalu Daeng Andi
Yohanes Markus Stefanus Petrus Thomas Togar Hotman Asep Ujang Cecep Dadang Firman Iwan Teguh Surya Putra Satrio
Bagas Raka Farhan
""".split()  # noqa: SIM905
FEMALE = """
Siti Sri Dewi Endang Wati Yanti Ningsih Lestari Rahayu Wulan Indah Ratna Fitri Nur Aisyah Khadijah Fatimah Zahra
Aminah Halimah Rukmini Sulastri Suparti Kartini Marni Luh Putu Kadek Komang Ayu Baiq Maria Yuliana Agnes
Kristina Martha Butet Tiur Euis Neneng Imas Cucu Yuni Rina Dina Mega Intan Citra Nabila Salsabila Alya Kirana
Naura Hana Laras Sekar Melati
""".split()  # noqa: SIM905
MALE_SECOND = """
Santoso Wijaya Prasetyo Nugroho Hidayat Saputra Setiawan Kurniawan Gunawan Susanto Hartono Wibowo Utomo Purnomo
Rahman Hakim Maulana Firmansyah Ramadhan Suryana Permana Lesmana Sudrajat Siregar Nasution Lubis Mahendra
Artawan Sudarma
""".split()  # noqa: SIM905
FEMALE_SECOND = """
Rahmawati Handayani Kusumawati Setyowati Puspitasari Anggraini Hasanah Khotimah Nurhayati Mulyani Suryani
Wahyuni Astuti Utami Pratiwi Maharani Safitri Oktaviani Yuliani Hartati Simanjuntak Siregar Suwandewi Pertiwi
Cahyani Permatasari
""".split()  # noqa: SIM905
